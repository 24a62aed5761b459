/** The options of every command. */
export interface GlobalOptions {
  url?: string;
  tokenFile?: string;
  profile?: string;
  json: boolean;
  color: boolean;
}
