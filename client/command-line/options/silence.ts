export interface SilenceOptions {
  workflow?: string;
  for?: string;
  until?: string;
  reason?: string;
  end?: true;
  create?: true;
}
