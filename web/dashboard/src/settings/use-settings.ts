import { changeSettings, readSettings, type SettingsValues } from '../../../api/dashboard';
import { type Resource, useResource } from '../resource';

/** A chat's settings, and how to change some of them. */
export function useSettings(chatId: string): {
  settings: Resource<SettingsValues>;
  change: (changes: SettingsValues) => Promise<SettingsValues>;
} {
  const settings = useResource(`settings ${chatId}`, (signal) => readSettings(chatId, signal));
  const change = async (changes: SettingsValues) => {
    const after = await changeSettings(chatId, changes);
    settings.update(() => after);
    return after;
  };
  return { settings, change };
}
