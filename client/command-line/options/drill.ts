export interface DrillOptions {
  workflow?: string;
  giveUp: string;
  listen?: string;
  queue?: string;
}
