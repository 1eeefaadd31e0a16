/** The screens that are not needed to show the list and a conversation. */
import { lazy } from "./lazy.tsx";

const loadDoors = () => import("../screens/onboarding.tsx");

/** Makes an account. */
export const Onboarding = lazy(async () => (await loadDoors()).Onboarding);
/** Shows the words of a new account. */
export const OnboardingWords = lazy(async () => (await loadDoors()).OnboardingWords);
/** The three ways to meet someone. */
export const NewChat = lazy(async () => (await import("../screens/new-chat.tsx")).NewChat);
/** A person. */
export const PersonScreen = lazy(async () => (await import("../screens/person-screen.tsx")).PersonScreen);
/** A stranger's request. */
export const RequestScreen = lazy(async () => (await import("../screens/request-screen.tsx")).RequestScreen);
/** The settings. */
export const Settings = lazy(async () => (await import("../screens/settings.tsx")).Settings);
/** The 24 words. */
export const WordsScreen = lazy(async () => (await import("../screens/words-screen.tsx")).WordsScreen);

/** Loads what a person is likely to open next, so that it is there when they do. */
export async function preloadScreens(): Promise<void> {
  for (const screen of [NewChat, PersonScreen, Settings, RequestScreen, WordsScreen]) await screen.preload();
}
