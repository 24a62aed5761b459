/** Every size and count that the contract allows. README.md's table of limits is held to these by a test. */
export const limits = {
  /** Characters of a workflow's name. */
  workflowCharacters: 64,
  /** Characters (Unicode code points) of an item's id. */
  itemCharacters: 256,
  /** Bytes of `data` as JSON text: with everything else of an item it fits one SNS message of 256 KiB. */
  dataBytes: 200 * 1024,
  /** Bytes of a whole request body: `data` and room for the rest. */
  bodyBytes: 240 * 1024,
  stepCharacters: 64,
  /** Steps kept on an item; past that the oldest go first. */
  steps: 50,
  tags: 10,
  tagKeyCharacters: 64,
  tagValueCharacters: 256,
  runCharacters: 128,
  reasonCharacters: 1024,
  /** Of a note on an acknowledgement: a timeline full of them must fit a DynamoDB item of 400 KB. */
  noteCharacters: 512,
  failureTypeCharacters: 128,
  descriptionCharacters: 1024,
  severityCharacters: 64,
  /** Items until which a workflow may ask for quiet. */
  quietItems: 100_000,
  /** Registrations that a workflow may expect in a window. */
  expectedRegistrations: 1_000_000,
  /** Seconds of a window of expected registrations, at least: the sweep, which judges them, runs every minute. */
  leastExpectationSeconds: 60,
  /** Seconds from now to the latest end of a silence, 30 days: none is for ever. */
  longestSilenceSeconds: 30 * 24 * 60 * 60,
  /** Seconds for which receipts of completed items are kept by default, 7 days, and at most, 400 days. */
  defaultReceiptSeconds: 7 * 24 * 60 * 60,
  longestReceiptSeconds: 400 * 24 * 60 * 60,
  /** Ids that one reconciliation can name, and their bytes in UTF-8 together. */
  reconcileIds: 10_000,
  reconcileIdBytes: 2 * 1024 * 1024,
  /** Days for which resolved incidents are kept. */
  incidentDays: 90,
  /** Seconds from now to the latest deadline, 366 days. The earliest is the deployment's least timeout. */
  longestTimeoutSeconds: 366 * 24 * 60 * 60,
  tokenNameCharacters: 128,
  /** Names and prefixes of workflows that a token lists. */
  tokenWorkflows: 50,
  /** Operations in one batch. */
  batchOperations: 100,
  /** Bytes of a batch's body: Lambda takes 6 MB, and the text is base64 on its way. */
  batchBytes: 4 * 1024 * 1024,
  /** Items that a list can be asked for by id. */
  listIds: 100,
  /** Bytes of a page of whole items, as a JSON string: Lambda answers 6 MB at most. */
  exportBytes: 4 * 1024 * 1024,
  /** Items that a redrive can name. */
  filterIds: 500,
  /** UTF-8 bytes of these: with all else of a redrive they must fit a DynamoDB item of 400 KB. */
  filterIdBytes: 100 * 1024,
  /** Redrives and discards of a workflow that can be going on at once. */
  runningRedrives: 10,
  /** Items that a redrive or discard can be limited to. */
  redriveLimit: 1_000_000,
  /** Items a second that a redrive can resume. */
  redriveRate: 1_000,
  defaultRedriveRate: 10,
  /** Automatic redrives of an item. */
  automaticRedrives: 10,
  /** Items that a redrive could not resume of which it keeps the errors. */
  redriveErrors: 100,
  /** Characters of a cursor, which can hold an id. */
  cursorCharacters: 2_048,
  /** Items on a page of a list. */
  pageItems: 200,
  defaultPageItems: 50,
  /** Items up to which a state of a workflow is counted exactly; more are shown as "10000+". */
  countedItems: 10_000,
} as const;
