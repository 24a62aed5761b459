import { exitCodes } from './exit-codes.ts';

/** The reader of the output has read enough, as `head` does: exit with the code of a program that SIGPIPE ended. */
const nobodyReads = 141;

/** Ends the process without a word when nobody reads the stream any more, which `warden list | head` is. */
export function quietlyEnding<Stream extends NodeJS.WritableStream>(stream: Stream): Stream {
  if (stream.listenerCount('error') > 0) return stream;
  return stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    process.exit(code === 'EPIPE' ? nobodyReads : exitCodes.failed);
  });
}
