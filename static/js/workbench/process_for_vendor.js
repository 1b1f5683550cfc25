// Annotorious asks `process.env.NODE_ENV`, which a browser has not. Import this before it.

globalThis.process ??= { env: { NODE_ENV: "production" } };
