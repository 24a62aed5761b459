import * as z from 'zod/mini';
import { ItemPath, NoQuery, ProgressRequest, RegisterRequest, RunQuery } from './item.ts';
import { ListQuery, WorkflowPath } from './item-list.ts';
import { WorkflowSettings, WorkflowsQuery } from './workflow.ts';

const NoPath = z.strictObject({});

/** What each operation takes. functions/ parse by these and openapi.ts describes these, so the two agree. */
export const registerContract = { path: ItemPath, query: NoQuery, body: RegisterRequest };
export const readContract = { path: ItemPath, query: NoQuery };
export const progressContract = { path: ItemPath, query: RunQuery, body: ProgressRequest, ifMatch: true };
export const completeContract = { path: ItemPath, query: RunQuery, ifMatch: true };
export const listContract = { path: WorkflowPath, query: ListQuery };
export const listWorkflowsContract = { path: NoPath, query: WorkflowsQuery };
export const readWorkflowContract = { path: WorkflowPath, query: NoQuery };
export const saveWorkflowContract = { path: WorkflowPath, query: NoQuery, body: WorkflowSettings };
export const removeWorkflowContract = { path: WorkflowPath, query: NoQuery };
export const checkHealthContract = { path: NoPath, query: NoQuery };
export const readOpenapiContract = { path: NoPath, query: NoQuery };
/** Whatever no route matches: nothing is parsed, since nothing is done. */
export const unroutedContract = {};
