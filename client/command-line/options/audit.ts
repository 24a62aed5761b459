export interface AuditOptions {
  workflow?: string;
  limit?: string;
  all?: true;
}
