/** The settings: how the app looks, the account, the lock, the relays, and this browser. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMessenger, useText } from "../app/context.ts";
import { LANGUAGES } from "../i18n/language.ts";
import { Button, ButtonRow, LinkButton } from "../parts/button.tsx";
import { Choice } from "../parts/choice.tsx";
import { ConfirmDialog } from "../parts/dialog.tsx";
import { Pane, Section } from "../parts/pane.tsx";
import { forgetToken } from "../state/owner-token.ts";
import { AccountSection } from "./account-section.tsx";
import { EraseSection } from "./erase-section.tsx";
import { LockSection } from "./lock-section.tsx";
import { NoticesSection } from "./notices-section.tsx";
import { PrivacySection } from "./privacy-section.tsx";
import { ProfileSection } from "./profile-section.tsx";
import { RelaysSection } from "./relays-section.tsx";
import { StorageSection } from "./storage-section.tsx";

function LookSection(): JSX.Element {
  const { preferences } = useMessenger();
  const text = useText();
  return (
    <Section title={text.say("settings.look")}>
      <Choice
        label={text.say("settings.language")}
        value={text.language}
        options={LANGUAGES.map(({ language, name }) => ({ value: language, label: name, language }))}
        onChange={(language) => void preferences.setLanguage(language)}
      />
      {text.language === "en" ? null : (
        <Choice
          label={text.say("settings.digits")}
          value={preferences.digits.value}
          options={[
            { value: "native", label: text.say("settings.digitsNative") },
            { value: "latin", label: text.say("settings.digitsLatin") },
          ]}
          onChange={(digits) => preferences.setDigits(digits)}
        />
      )}
      <Choice
        label={text.say("settings.theme")}
        value={preferences.theme.value}
        options={[
          { value: "system", label: text.say("settings.system") },
          { value: "light", label: text.say("settings.light") },
          { value: "dark", label: text.say("settings.dark") },
        ]}
        onChange={(theme) => preferences.setTheme(theme)}
      />
    </Section>
  );
}

function BrowserSection(): JSX.Element {
  const { link } = useMessenger();
  const text = useText();
  const isAsking = useSignal(false);
  const forget = (): void => {
    forgetToken();
    link.redial();
  };
  return (
    <Section title={text.say("settings.browser")}>
      <p>{text.say("settings.forgetText")}</p>
      <ButtonRow>
        <Button
          onClick={() => {
            isAsking.value = true;
          }}
        >
          {text.say("settings.forget")}
        </Button>
      </ButtonRow>
      {isAsking.value ? (
        <ConfirmDialog
          title={text.say("settings.forgetTitle")}
          text={text.say("settings.forgetConfirm")}
          action={text.say("settings.forget")}
          onConfirm={forget}
          onClose={() => {
            isAsking.value = false;
          }}
        />
      ) : null}
    </Section>
  );
}

function BackupSection(): JSX.Element {
  const text = useText();
  return (
    <Section title={text.say("backup.section")}>
      <p>{text.say("backup.about")}</p>
      <ButtonRow>
        <LinkButton href="#/settings/backup">{text.say("backup.open")}</LinkButton>
      </ButtonRow>
    </Section>
  );
}

function DevicesSection(): JSX.Element {
  const text = useText();
  return (
    <Section title={text.say("devices.section")}>
      <p>{text.say("devices.settings")}</p>
      <ButtonRow>
        <LinkButton href="#/settings/devices">{text.say("devices.open")}</LinkButton>
      </ButtonRow>
    </Section>
  );
}

function RoomSection(): JSX.Element {
  const text = useText();
  return (
    <Section title={text.say("room.section")}>
      <p>{text.say("room.about")}</p>
      <ButtonRow>
        <LinkButton href="#/settings/storage">{text.say("room.open")}</LinkButton>
      </ButtonRow>
    </Section>
  );
}

function ArchiveSection(): JSX.Element {
  const text = useText();
  return (
    <Section title={text.say("archive.title")}>
      <p>{text.say("archive.about")}</p>
      <ButtonRow>
        <LinkButton href="#/settings/archive">{text.say("archive.open")}</LinkButton>
      </ButtonRow>
    </Section>
  );
}

/** The settings screen. */
export function Settings(): JSX.Element {
  const { isPeer } = useMessenger();
  const text = useText();
  return (
    <Pane title={text.say("settings.title")}>
      <LookSection />
      <NoticesSection />
      <AccountSection />
      <ProfileSection />
      <LockSection />
      <DevicesSection />
      <RelaysSection />
      <PrivacySection />
      <BackupSection />
      <RoomSection />
      <ArchiveSection />
      {isPeer ? <StorageSection /> : <BrowserSection />}
      <EraseSection />
    </Pane>
  );
}
