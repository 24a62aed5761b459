export interface CreateOptions {
  scope?: string[];
  workflow?: string[];
  expiresIn?: string;
}

export interface RevokeOptions {
  descendants?: true;
  yes?: boolean;
}
