/** How many workflows registrations may create: by default, and the most that can be set. */
export const workflowLimits = { default: 1_000, most: 1_000_000 } as const;
