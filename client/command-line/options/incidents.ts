export interface IncidentsOptions {
  all?: true;
  workflow?: string;
  limit?: string;
  failIfAny?: true;
}
