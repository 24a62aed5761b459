import {
  acknowledgeIncidentContract,
  type Incident,
  type IncidentSummary,
  listIncidentsContract,
  readIncidentContract,
} from '../contract/incident.ts';
import { limits } from '../contract/limits.ts';
import { described, type Examples } from './described.ts';
import { incidentId } from './samples.ts';

const openIncident: IncidentSummary = {
  id: incidentId,
  workflow: 'uploads',
  kind: 'overdue',
  state: 'open',
  openedAt: '2026-11-21T09:30:00.412Z',
  counts: { overdue: 300, failed: 12 },
  outcomes: { completedLate: 41, restarted: 0, redriven: 0, discarded: 0 },
  acknowledged: { at: '2026-11-21T09:33:10.000Z', by: 'Zk81LmPq0RtY', note: 'the disk of copy-2 is full' },
  notifications: 2,
  notifiedAt: '2026-11-21T09:31:04.000Z',
};

const { acknowledged: _, ...past } = openIncident;

const incidentExamples: Examples<Incident> = {
  incident: {
    summary: 'An open incident that is acknowledged',
    value: {
      ...openIncident,
      timeline: [
        { at: openIncident.openedAt, event: 'opened' },
        {
          at: '2026-11-21T09:30:00.530Z',
          event: 'notified',
          notification: { id: `${openIncident.id}.1`, event: 'opened' },
          counts: { overdue: 100, failed: 0 },
          outcomes: { completedLate: 0, restarted: 0, redriven: 0, discarded: 0 },
        },
        {
          at: '2026-11-21T09:31:04.000Z',
          event: 'notified',
          notification: { id: `${openIncident.id}.2`, event: 'updated' },
          counts: { overdue: 300, failed: 12 },
          outcomes: openIncident.outcomes,
        },
        {
          at: '2026-11-21T09:33:10.000Z',
          event: 'acknowledged',
          by: 'Zk81LmPq0RtY',
          note: 'the disk of copy-2 is full',
        },
      ],
    },
  },
};

export const incidents = {
  'list-incidents': described(listIncidentsContract, {
    summary: 'List the incidents',
    description: [
      `Returns the incidents of the workflows that the caller may see, without their timelines: open incidents by workflow, then resolved incidents, newest first. Resolved incidents are kept for ${limits.incidentDays} days.`,
      'An incident that is resolved between two pages can be on both, first as open. No incident is left out.',
    ].join(' '),
    replies: {
      200: {
        description: 'A page of incidents.',
        examples: {
          incidents: {
            summary: 'An open and a resolved incident',
            value: {
              incidents: [
                openIncident,
                {
                  ...past,
                  id: '0mk2bb07vh3s0w5r8k1z',
                  state: 'resolved',
                  openedAt: '2026-11-20T07:04:11.000Z',
                  resolvedAt: '2026-11-20T07:29:00.000Z',
                  counts: { overdue: 0, failed: 0 },
                  outcomes: { completedLate: 312, restarted: 12, redriven: 0, discarded: 0 },
                  notifications: 4,
                  notifiedAt: '2026-11-20T07:29:00.000Z',
                },
              ],
            },
          },
        },
      },
    },
  }),
  'read-incident': described(readIncidentContract, {
    summary: 'Read an incident',
    description: 'Returns an incident with its timeline. Answers 404 if the caller may not see the workflow.',
    replies: { 200: { description: 'The incident.', examples: incidentExamples } },
  }),
  'acknowledge-incident': described(acknowledgeIncidentContract, {
    summary: 'Acknowledge an incident',
    description: [
      'Records that somebody works on an open incident: no reminders are sent until further items become overdue or failed. Updates and the resolve are still sent.',
      'A repeated request changes nothing. Answers 404 if the caller may not see the workflow.',
    ].join(' '),
    request: {
      note: {
        summary: 'With a note for others',
        value: { acknowledged: true, note: 'the disk of copy-2 is full' },
      },
      only: { summary: 'Without a note', value: { acknowledged: true } },
    },
    replies: {
      200: { description: 'The incident is acknowledged.', examples: incidentExamples },
    },
  }),
};
