/**
 * Flags of Node for an app that CDK's rules check. They are WebAssembly that runs once: optimising it, on threads of its own,
 * takes half of the processor time of the whole.
 */
export const synthesisFlags = ['--single-threaded', '--liftoff-only'];
