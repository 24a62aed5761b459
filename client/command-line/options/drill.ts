export interface DrillOptions {
  workflow: string;
  giveUp: string;
}
