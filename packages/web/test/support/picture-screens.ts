/** Screens with pictures of people, and the own one while it is chosen. */
import { choosePicture } from "./choose-picture.ts";
import { type FakeClient, PICTURE } from "./fake-client.ts";
import { ACCOUNTS, makeScene, type SceneLanguage } from "./scene.ts";
import type { ScreenCase } from "./screens.ts";

/** A client whose people have pictures, and its own account too. */
export function makePicturesScene(language: SceneLanguage): FakeClient {
  const client = makeScene(language);
  client.contacts = client.contacts.map((each) =>
    each.relation === "accepted" ? { ...each, pictureId: each.account.slice(-8) } : each,
  );
  for (const { account } of client.contacts) client.pictures.set(account, PICTURE);
  client.pictures.set("own", PICTURE);
  client.status = { ...client.status, pictureId: "1" };
  return client;
}

/** In the list and the head, beside the person, and in the settings. */
export const PICTURE_SCREENS: readonly ScreenCase[] = [
  { name: "pictures", client: makePicturesScene, hash: `/chat/${ACCOUNTS.noor}`, ready: "[data-conversation] img" },
  {
    name: "picture-own",
    client: makePicturesScene,
    hash: "/settings",
    ready: "[data-pane] section img",
    act: (page) => page.locator("[data-pane] section img").scrollIntoViewIfNeeded(),
  },
  {
    name: "picture-cut",
    client: makeScene,
    hash: "/settings",
    ready: "[data-pane] section form button",
    act: async (page) => {
      await choosePicture(page);
      await page.locator("canvas").scrollIntoViewIfNeeded();
    },
  },
];
