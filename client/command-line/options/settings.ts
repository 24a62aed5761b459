export interface SettingsOptions {
  workflow?: string;
  create?: true;
}
