import type { Planted } from '../../test/mutations/planted.ts';

/** Faults in timers and sweeps, incidents, redrives, workflows and requests. */
export const mutationsOfOthers: Planted[] = [
  {
    name: 'P1 sweep: lost timers are not looked for',
    file: 'core/operations/watch/sweep-workflow.ts',
    from: "return state === 'waiting' ? timerAt <= before : reportedAt === undefined;",
    to: 'return false && state && timerAt <= before && reportedAt;',
  },
  {
    name: 'P1 sweep: an item that was marked and not reported is not looked for',
    file: 'core/operations/watch/sweep-workflow.ts',
    from: "return state === 'waiting' ? timerAt <= before : reportedAt === undefined;",
    to: "return state === 'waiting' && timerAt <= before;",
  },
  {
    name: 'P1 queue: a message that cannot be handled is answered as handled',
    file: 'core/lambda/queue-function.ts',
    from: "      failed.push(messageId);\n      log.error('message failed'",
    to: "      log.error('message failed'",
  },
  {
    name: 'P3 notify: a notification is recorded before SNS has accepted it',
    file: 'core/operations/incidents/notify-people.ts',
    from: 'await open.recordNotified(incident, await publishNotification(service, incident, facts));',
    to: 'await open.recordNotified(incident, notificationOf(incident, facts, service.clock.now()));\n  await publishNotification(service, incident, facts);',
  },
  {
    name: 'P3 report: an item counts as reported though its event was refused',
    file: 'core/operations/incidents/report.ts',
    from: 'refused.get(index) ??',
    to: '(refused.size < 0 ? refused.get(index) : undefined) ??',
  },
  {
    name: 'P3 report: an item is recorded as reported before it is in its incident',
    file: 'core/operations/incidents/report.ts',
    from: '  const { incident, opened, written } = await incidents.open.report(workflow, kind, news, claims);\n',
    to: "  await Promise.all(unreported.map((one) => items.recordReport(one, instant(clock.now()), one.incident ?? 'none')));\n  const { incident, opened, written } = await incidents.open.report(workflow, kind, news, claims);\n",
  },
  {
    name: 'P4 redrive: items are published before their attempts start',
    file: 'core/operations/redrives/start-attempts.ts',
    from: '  const armed = await armAll(timers, redrive.workflow, planned);\n',
    to: "  const { messageOf } = await import('../../model/redrive/redrive-message.ts');\n  const messages = planned.map(({ next, data }) => messageOf(redrive.id, next as never, data));\n  await (service as never as { redriveTopic: { publish: (...of: unknown[]) => unknown } }).redriveTopic.publish(redrive.workflow, messages);\n  const armed = await armAll(timers, redrive.workflow, planned);\n",
  },
  {
    name: 'P6 budget: there is always room for a notification',
    file: 'core/aws/registry/notification-budget.ts',
    from: "if (what === 'notification' && this.isUsedUp()) return false;",
    to: 'if (what) return true;',
  },
  {
    name: 'P6 silence: it is ignored',
    file: 'core/model/workflow/workflow-record.ts',
    from: 'return record?.silence !== undefined && now <',
    to: 'return record?.silence !== undefined && 0 * now >',
  },
  {
    name: 'P6 updates: the time between them does not double',
    file: 'core/model/incident/pacing.ts',
    from: 'Math.min(first * 2 ** Math.min(updates, 12), mostSpacingMs)',
    to: 'Math.min(first + 0 * updates, mostSpacingMs)',
  },
  {
    name: 'P6 incident: it ends without the quiet before its end',
    file: 'core/model/incident/kinds.ts',
    from: '(resumed?.count ?? 0) === 0 && quietForMs >= quietBeforeEndMs;',
    to: '(resumed?.count ?? 0) === 0 && quietForMs > Number.NEGATIVE_INFINITY;',
  },
  {
    name: 'P2 expire: an item is reported before it is marked',
    file: 'core/operations/watch/check-item.ts',
    from: 'const overdue = await items.expire(seen, instant(now), caughtBy, decision.neverStarted);',
    to: "const { neverStarted } = decision;\n        const marked = { ...seen, state: 'overdue' as const, overdueAt: instant(now), caughtBy, ...(neverStarted && { neverStarted }) };\n        const { report } = await import('../incidents/report.ts');\n        if (workflow !== '~canary') await report(service as never, workflow, [marked]);\n        const overdue = await items.expire(seen, instant(now), caughtBy, neverStarted);",
  },
  {
    name: 'P6 acknowledgement: people are reminded in spite of it',
    file: 'core/model/incident/pacing.ts',
    from: 'since >= remindAfterMs && !isAcknowledged(incident, found.counts)',
    to: 'since >= remindAfterMs',
  },
  {
    name: 'P6 reminder: nobody is reminded',
    file: 'core/model/incident/pacing.ts',
    from: 'since >= remindAfterMs && !isAcknowledged(incident, found.counts)',
    to: 'since >= remindAfterMs && isAcknowledged(incident, found.counts)',
  },
  {
    name: 'P1 expectation: a shortfall opens no incident',
    file: 'core/operations/watch/keep-expectation.ts',
    from: "if (judged.is !== 'short') return { over: false };",
    to: "if (judged.is !== 'short' || name) return { over: false };",
  },
  {
    name: 'P4 redrive: an aborted redrive goes on',
    file: 'core/operations/redrives/change-redrive.ts',
    from: '...(isNewState && { state }),',
    to: "...(isNewState && state !== 'aborted' && { state }),",
  },
  {
    name: 'P4 redrive: items are resumed by themselves however often they were',
    file: 'core/operations/redrives/keep-automatic-redrive.ts',
    from: 'if (wanted === undefined || settings?.idempotent !== true) return;',
    to: 'if (wanted === undefined || settings?.idempotent !== true) return;\n  wanted.max = 1_000;',
  },
  {
    name: 'P5 settings: a change loses those that it does not name',
    file: 'core/operations/workflows/change-workflow.ts',
    from: 'parse(merged(settingsOf(before), change));',
    to: 'parse(merged(change ? {} : settingsOf(before), change));',
  },
  {
    name: 'P9 token: one that was revoked still works',
    file: 'core/operations/access/authorize.ts',
    from: "if (state !== 'active') return { anonymous: state };",
    to: "if (state === 'expired') return { anonymous: state };",
  },
  {
    name: 'P7 request: what failed is answered 200',
    file: 'core/lambda/http-function.ts',
    from: 'return problemReply(problem);',
    to: 'return problem.status < 500 ? problemReply(problem) : { ...problemReply(problem), statusCode: 200 };',
  },
  {
    name: 'P9 log: the line of a request has its body',
    file: 'core/lambda/http-function.ts',
    from: "log.info('handled', { ...fields, status,",
    to: "log.info('handled', { ...fields, asked: rawEvent.body ?? '', status,",
  },
  {
    name: 'P9 log: the line of a refused request has its body',
    file: 'core/lambda/http-function.ts',
    from: "log.info('refused', ended);",
    to: "log.info('refused', { ...ended, asked: rawEvent.body ?? '' });",
  },
];
