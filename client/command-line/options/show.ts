export interface ShowOptions {
  workflow?: string;
  item?: string;
}
