/*
 * Every interval, time limit, lease and cache time that depends on another one or that the stack needs too, in
 * milliseconds. test/core/names/clockwork.test.ts checks what must be true between them: you may change a value as
 * long as that test passes. Times that only one function depends on are defined where they are used; times that
 * callers are promised are in core/contract.
 */

/* How long functions may take. */

/** API Gateway ends a request after this; no setting changes it. */
export const apiGatewayLimitMs = 30_000;

/**
 * Lambda ends a function that answers a request after this: before API Gateway does, so that callers receive our
 * reply.
 */
export const requestTimeoutMs = 29_000;

/** Lambda ends the authorizer after this. API Gateway waits no longer. */
export const authorizerTimeoutMs = 10_000;

/** Lambda ends check-timers after this. */
export const checkTimersTimeoutMs = 60_000;

/** Lambda ends a sweep after this: before the next one starts, which does the same as a retry. */
export const sweepTimeoutMs = 55_000;

/** Lambda ends run-redrives after this. Two may overlap: a lease keeps each redrive to one of them. */
export const runRedrivesTimeoutMs = 75_000;

/* How long calls to AWS may take. */

/** A connection that is not established after this is given up. */
export const awsConnectMs = 1_000;

/** A try of a call to AWS that has no answer after this is given up. */
export const awsTryMs = 3_000;

/** How often a call to AWS is tried. */
export const awsTries = 3;

/** The longest duration of a call to AWS that hangs every time, without the short pauses between the tries. */
export const awsCallMs = awsTries * awsTryMs;

/** The longest that the end of an item waits for the deletion of its timer. A timer left behind does no harm. */
export const disarmMs = 300;

/** The longest that a caller waits until the last use of its token is recorded. */
export const noteUseMs = 1_000;

/* Timers. */

/** EventBridge Scheduler fires up to this late. Also the least timeout of an item on AWS. */
export const schedulerPrecisionMs = 60_000;

/** How long fired timers are gathered before check-timers receives them. */
export const expiredTimersWindowMs = 5_000;

/** When a message to the ingest queue that could not be carried out comes again. */
export const ingestAgainAfterMs = 60_000;

/** How long after arming a timer its item may still not be written. */
export const settledAfterMs = 60_000;

/** An item counts as lost this long after its next check: its timer did not fire, or it was marked but not reported. */
export const lostAfterMs = 120_000;

/* The sweep, and what shows that it runs. */

/** The default time from one sweep to the next. */
export const sweepEveryMs = 60_000;

/** The longest time from one sweep to the next that the stack allows. */
export const slowestSweepEveryMs = 120_000;

/** A sweep starts nothing new after this. */
export const sweepBudgetMs = 40_000;

/** This long without a sweep counts as an outage of the warden itself. */
export const outageAfterMs = 300_000;

/** This long after its grace period, an outage still explains why an item was found late. */
export const outageIsReasonForMs = 3_600_000;

/** How far the heartbeat in a function may be behind the table. */
export const heartbeatCachedMs = 5_000;

/** From one canary to the next. */
export const canaryEveryMs = 300_000;

/** This long without a canary counts as a fault. */
export const canaryWithinMs = 900_000;

/**
 * From one writing of gathered statistics to the next: what a process that dies loses, against the cost of a write for
 * each item. docs/adr/0030 says why twelve seconds.
 */
export const flushStatisticsEveryMs = 12_000;

/** From one reading of the subscriptions to the next. */
export const subscribersEveryMs = 300_000;

/* Incidents. */

/** A secondary index of DynamoDB shows a write within this, and nearly always within a second. */
export const indexLagMs = 30_000;

/** A report that changes nothing in its incident is not written again for this long. */
export const reportedForMs = 10_000;

/** An incident whose items are all gone can end this long after the last report. */
export const quietBeforeEndMs = 40_000;

/** The first notification of an incident waits up to this long for the other items that are due at the same time. */
export const announceWithinMs = 2_000;

/** How long the function that is to send a notification has before another one sends it. */
export const notifyingMs = 20_000;

/**
 * People are notified this long after the incident of an outage was opened: by then the timers at the end of the
 * grace period have fired.
 */
export const outageNotifiedAfterMs = 75_000;

/** The default time from the first notification of an incident to its first update. It doubles with every update. */
export const spacingMs = 60_000;

/** The longest time between updates. */
export const mostSpacingMs = 3_600_000;

/** The longest time in which the items of an open incident are not counted. */
export const mostUncountedMs = 300_000;

/** The default time from one reminder to the next. */
export const reminderMs = 14_400_000;

/** An incident opened this soon after the end of the last one is the same trouble. */
export const sameTroubleMs = 3_600_000;

/** An incident of warnings ends this long after the last warning. */
export const warningsOverMs = 600_000;

/* Settings, and counts that depend on them. */

/** A workflow's settings are read again when they are this old at the latest … */
export const settingsCachedMs = 30_000;

/** … and at this age at the soonest: each reading is kept for a random time, so that not all functions read at once. */
export const settingsCachedAtLeastMs = 20_000;

/** This long after settings were saved, every registration uses them. */
export const settingsKnownMs = 60_000;

/** A removed workflow stays in the registry this long: far longer than any function takes it for there. */
export const workflowForgottenMs = 86_400_000;

/** A registration is counted within this. */
export const registrationsCountedMs = 30_000;

/** API Gateway asks the authorizer again after this: as long as a revoked token still works. */
export const authorizerCachedMs = 60_000;

/* Batches and redrives. */

/** A batch starts nothing and retries nothing after this. */
export const batchBudgetMs = 15_000;

/** How long a dry run counts items. */
export const dryRunBudgetMs = 15_000;

/** How long reading what became of resumed items may take. */
export const resumedBudgetMs = 15_000;

/** After an automatic redrive was aborted, no other one starts in its workflow for this long. */
export const automaticRestMs = 900_000;

/** How long the token of a discard's dry run is valid. */
export const discardTokenMs = 900_000;

/** From one run of run-redrives to the next. */
export const runRedrivesEveryMs = 60_000;

/** A run starts no further page after this: by then the next run has started. */
export const runRedrivesBudgetMs = 55_000;

/** The lease of a runner: no other runner works on its redrive meanwhile. */
export const redriveLeaseMs = 80_000;

/** A marker still without its redrive after this was left by a crash. */
export const orphanedMarkerMs = 300_000;
