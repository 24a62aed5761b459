export interface ConsoleOptions {
  iam?: true;
  region?: string;
  open?: true;
}
