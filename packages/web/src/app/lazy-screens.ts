/** The screens that are not needed to show the list and a conversation. */
import { lazy } from "./lazy.tsx";

/** Makes an account. */
export const Onboarding = lazy(async () => (await import("../screens/onboarding.tsx")).Onboarding);
/** What a new account is led through. */
export const FirstSteps = lazy(async () => (await import("../screens/first-steps.tsx")).FirstSteps);
/** Says why nothing can be done here, and what to do about it. */
export const ClosedDoor = lazy(async () => (await import("../screens/closed-door.tsx")).ClosedDoor);
/** What to do where there is nobody yet. */
export const EmptyGuide = lazy(async () => (await import("../screens/empty-guide.tsx")).EmptyGuide);
/** Says that everything was erased. */
export const ErasedDoor = lazy(async () => (await import("../screens/erased-door.tsx")).ErasedDoor);
/** Asks for the PIN. */
export const Locked = lazy(async () => (await import("../screens/locked.tsx")).Locked);
/** A conversation: not needed to show the list, and wanted right after it. */
export const ConversationScreen = lazy(
  async () => (await import("../screens/conversation-screen.tsx")).ConversationScreen,
);
/** The three ways to meet someone. */
export const NewChat = lazy(async () => (await import("../screens/new-chat.tsx")).NewChat);
/** All groups, and a new one. */
export const GroupsScreen = lazy(async () => (await import("../screens/groups/groups-screen.tsx")).GroupsScreen);
/** What is said in a group. */
export const GroupScreen = lazy(async () => (await import("../screens/groups/group-screen.tsx")).GroupScreen);
/** Who belongs to a group. */
export const MembersScreen = lazy(async () => (await import("../screens/groups/members-screen.tsx")).MembersScreen);
/** A person. */
export const PersonScreen = lazy(async () => (await import("../screens/person-screen.tsx")).PersonScreen);
/** A stranger's request. */
export const RequestScreen = lazy(async () => (await import("../screens/request-screen.tsx")).RequestScreen);
/** The settings. */
export const Settings = lazy(async () => (await import("../screens/settings.tsx")).Settings);
/** What there is of calls. */
export const CallLayer = lazy(async () => (await import("../screens/call/call-layer.tsx")).CallLayer);
/** The 24 words. */
export const WordsScreen = lazy(async () => (await import("../screens/words-screen.tsx")).WordsScreen);

/** Makes a backup. */
export const BackupScreen = lazy(async () => (await import("../screens/backup/backup-screen.tsx")).BackupScreen);

/** What chats take, and making room. */
export const RoomScreen = lazy(async () => (await import("../screens/room/room-screen.tsx")).RoomScreen);

/** An X archive. */
export const ArchiveScreen = lazy(async () => (await import("../screens/archive/archive-screen.tsx")).ArchiveScreen);
/** The devices of the account. */
export const DevicesScreen = lazy(async () => (await import("../screens/devices/devices-screen.tsx")).DevicesScreen);
/** Says that this device was taken out of the account. */
export const RevokedDoor = lazy(async () => (await import("../screens/devices/revoked-door.tsx")).RevokedDoor);

/** Loads what a person is likely to open next, so that it is there when they do. */
export async function preloadScreens(): Promise<void> {
  for (const screen of [NewChat, PersonScreen, Settings, RequestScreen, WordsScreen]) await screen.preload();
}
