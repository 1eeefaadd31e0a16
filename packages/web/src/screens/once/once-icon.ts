/** A one in a ring that is not closed: once, and then no more. */
export const ONCE_ICON =
  "M12 3.700a8.300 8.300 0 0 1 0 16.600M8.400 4.500a8.300 8.300 0 0 0-2.600 2M4.100 9.500a8.300 8.300 0 0 0 0 5M5.800 17.500a8.300 8.300 0 0 0 2.600 2M10.300 9.500l2-1.300V16";
