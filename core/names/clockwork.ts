/*
 * Every interval, time limit, lease and cache time whose value follows from another one's, or that the stack must know
 * too, in milliseconds. test/core/names/clockwork.test.ts holds what must be true between them: a value may be changed as
 * long as that test passes. Times that only one function depends on stay where they are used, and those that callers are
 * promised are in core/contract.
 */

/* How long functions may take. */

/** API Gateway ends a request after this; no setting changes it. */
export const apiGatewayLimitMs = 30_000;

/** After this Lambda ends a function that answers a request: before API Gateway does, so that callers get our answer. */
export const requestTimeoutMs = 29_000;

/** After this Lambda ends the authorizer. API Gateway waits no longer for one. */
export const authorizerTimeoutMs = 10_000;

/** After this Lambda ends check-timers. */
export const checkTimersTimeoutMs = 60_000;

/** After this Lambda ends a sweep: before the next one starts, which does what a second try would. */
export const sweepTimeoutMs = 55_000;

/** After this Lambda ends run-redrives. Two may overlap: a lease keeps each redrive to one of them. */
export const runRedrivesTimeoutMs = 75_000;

/* How long calls to AWS may take. */

/** A connection that is not there after this is given up. */
export const awsConnectMs = 1_000;

/** A try of a call to AWS that is not answered after this is given up. */
export const awsTryMs = 3_000;

/** How often a call to AWS is tried. */
export const awsTries = 3;

/** The longest that a call to AWS takes which hangs every time, without the short waits between the tries. */
export const awsCallMs = awsTries * awsTryMs;

/** The longest that whoever ends an item waits for the deletion of its timer. One left behind does no harm. */
export const disarmMs = 300;

/** The longest that a caller waits for a note of when its token was last used. */
export const noteUseMs = 1_000;

/* Timers. */

/** EventBridge Scheduler fires up to so late. Also the least timeout of an item on AWS. */
export const schedulerPrecisionMs = 60_000;

/** How long fired timers are gathered before check-timers gets them. */
export const expiredTimersWindowMs = 5_000;

/** How long after a timer was armed the item that it is for may still be on its way to the table. */
export const settledAfterMs = 60_000;

/**
 * From so long after its next check an item counts as lost: its timer did not come, or whoever marked it overdue or failed
 * did not come to report it.
 */
export const lostAfterMs = 120_000;

/* The sweep, and what shows that it runs. */

/** From one sweep to the next, unless the stack is told otherwise. */
export const sweepEveryMs = 60_000;

/** The longest that the stack may be told. */
export const slowestSweepEveryMs = 120_000;

/** A sweep begins nothing new after this. */
export const sweepBudgetMs = 40_000;

/** So long without a sweep counts as an outage of the warden itself. */
export const outageAfterMs = 300_000;

/** So long after its grace an outage is still the reason why an item was found late. */
export const outageIsReasonForMs = 3_600_000;

/** For so long a function may know an older heartbeat than the table has. */
export const heartbeatCachedMs = 5_000;

/** From one canary to the next. */
export const canaryEveryMs = 300_000;

/** For so long no canary may come before that counts as a fault. */
export const canaryWithinMs = 900_000;

/* Incidents. */

/** A secondary index of DynamoDB shows a write within this, and nearly always within a second. */
export const indexLagMs = 30_000;

/** A report to an incident that changes nothing is not written again for so long. */
export const reportedForMs = 10_000;

/** So long after the last report an incident whose items are all gone can end. */
export const quietBeforeEndMs = 40_000;

/** So long whoever opened an incident has to notify people, before the sweep does. */
export const tellingMs = 20_000;

/** So long after an outage's incident was opened people are notified: by then the timers of the grace's end have fired. */
export const outageToldAfterMs = 75_000;

/** From one notification of an incident to its first update, unless the settings say otherwise. It doubles from there. */
export const spacingMs = 60_000;

/** The longest that the time between updates becomes by doubling. */
export const mostSpacingMs = 3_600_000;

/** The longest that an open incident's items are not counted. */
export const mostUncountedMs = 300_000;

/** From one reminder to the next, unless the settings say otherwise. */
export const reminderMs = 14_400_000;

/** An incident that is opened so soon after the last one ended is of the same trouble. */
export const sameTroubleMs = 3_600_000;

/** So long after the last warning an incident of warnings ends. */
export const warningsOverMs = 600_000;

/* Settings, and what is counted by them. */

/** A workflow's settings are read again when they are this old at the latest … */
export const settingsCachedMs = 30_000;

/** … and at this age at the soonest: each reading is kept for a random time, so that not all functions read at once. */
export const settingsCachedAtLeastMs = 20_000;

/** So long after settings were saved every registration goes by them. */
export const settingsKnownMs = 60_000;

/** So long after the end of a window everyone who registered in it has counted that. */
export const registrationsCountedMs = 30_000;

/** So long after the end of a window the sweep that last came to its end has judged it. */
export const windowJudgedMs = 120_000;

/** API Gateway asks the authorizer again after this: as long as a revoked token still works. */
export const authorizerCachedMs = 60_000;

/* Batches and redrives. */

/** A batch begins nothing, and tries nothing again, after this. */
export const batchBudgetMs = 15_000;

/** A dry run counts for so long. */
export const dryRunBudgetMs = 15_000;

/** The token of a discard's dry run is good for so long. */
export const discardTokenMs = 900_000;

/** From one run of run-redrives to the next. */
export const runRedrivesEveryMs = 60_000;

/** A run begins no further page after this: the next run is there by then. */
export const runRedrivesBudgetMs = 55_000;

/** For so long nobody else works on a redrive after its runner has said that it does. */
export const redriveLeaseMs = 80_000;

/** A marker whose redrive is still not there after this is one that a crash has left. */
export const orphanedMarkerMs = 300_000;
