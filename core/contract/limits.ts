/** Every limit of the contract. A test compares README.md's table of limits with these. */
export const limits = {
  /** Characters of a workflow's name. */
  workflowCharacters: 64,
  /** Characters (Unicode code points) of an item's id. */
  itemCharacters: 256,
  /** Bytes of `data` as JSON text: together with the rest of an item it fits one SNS message of 256 KiB. */
  dataBytes: 200 * 1024,
  /** Bytes of a whole request body: `data` and room for the rest. */
  bodyBytes: 240 * 1024,
  stepCharacters: 64,
  /** Steps kept on an item. Beyond that the oldest are dropped. */
  steps: 50,
  /** Characters of a value of `progress`. */
  progressCharacters: 128,
  tags: 10,
  tagKeyCharacters: 64,
  tagValueCharacters: 256,
  runCharacters: 128,
  reasonCharacters: 1024,
  /** Of a note on an acknowledgement: a timeline full of them must fit a DynamoDB item of 400 KB. */
  noteCharacters: 512,
  failureTypeCharacters: 128,
  descriptionCharacters: 1024,
  ownerCharacters: 128,
  runbookCharacters: 512,
  severityCharacters: 64,
  /** The largest number of items for `quiet`. */
  quietItems: 100_000,
  /** Seconds of `quiet.for`, a day, and of `spacing` and `reminder`, a week: nothing keeps people uninformed for ever. */
  longestQuietSeconds: 24 * 60 * 60,
  longestSpacingSeconds: 7 * 24 * 60 * 60,
  /** Registrations that a workflow may expect in a window. */
  expectedRegistrations: 1_000_000,
  /**
   * The least length of a window of expected registrations, in seconds: the sweep, which judges windows, runs every
   * minute.
   */
  leastExpectationSeconds: 60,
  /** Seconds from now to the latest end of a silence, 30 days: no silence is for ever. */
  longestSilenceSeconds: 30 * 24 * 60 * 60,
  /** How many seconds receipts are kept by default, 7 days, and at most, 400 days. */
  defaultReceiptSeconds: 7 * 24 * 60 * 60,
  longestReceiptSeconds: 400 * 24 * 60 * 60,
  /** Ids in one reconciliation, and their bytes in UTF-8 together. */
  reconcileIds: 10_000,
  reconcileIdBytes: 2 * 1024 * 1024,
  /** How many days resolved incidents, redrives and the audit log are kept. */
  incidentDays: 90,
  /** How many days the statistics of an hour and of a day are kept, and how many the reply covers by default. */
  hourlyStatisticsDays: 90,
  dailyStatisticsDays: 731,
  defaultStatisticsDays: 8,
  /** Seconds from now to the latest deadline, 366 days. The earliest is the deployment's least timeout. */
  longestTimeoutSeconds: 366 * 24 * 60 * 60,
  tokenNameCharacters: 128,
  /** Names and prefixes of workflows that a token lists. */
  tokenWorkflows: 50,
  /** Operations in one batch. */
  batchOperations: 100,
  /** Bytes of a batch's body: Lambda accepts 6 MB, and the text is sent in base64. */
  batchBytes: 4 * 1024 * 1024,
  /** Ids in the query of a list. */
  listIds: 100,
  /** Bytes of a page of whole items, as a JSON string: Lambda returns at most 6 MB. */
  exportBytes: 4 * 1024 * 1024,
  /** Ids in a redrive or discard. */
  filterIds: 500,
  /** UTF-8 bytes of these ids: together with the rest of a redrive they must fit a DynamoDB item of 400 KB. */
  filterIdBytes: 100 * 1024,
  /** Redrives and discards of a workflow that can run at the same time. */
  runningRedrives: 10,
  /** The largest `limit` of a redrive or discard. */
  redriveLimit: 1_000_000,
  /** The highest rate of a redrive, in items a second. */
  redriveRate: 1_000,
  defaultRedriveRate: 10,
  /** Automatic redrives of an item. */
  automaticRedrives: 10,
  /** Errors that a redrive keeps, one per item. */
  redriveErrors: 100,
  /** Characters of a cursor, which can contain an id. */
  cursorCharacters: 2_048,
  /** Items on a page of a list. */
  pageItems: 200,
  defaultPageItems: 50,
  /** Up to this many items of a state are counted exactly; beyond that counts are capped. */
  countedItems: 10_000,
} as const;
