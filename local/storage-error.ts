/** Whether a store has thrown this error. */
export function isStorageError(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return typeof code === 'string' && /^(LEVEL_|ERR_SQLITE_ERROR$|ENOSPC$|EDQUOT$|EROFS$|EIO$)/.test(code);
}
