// Starts the worker where the TypeScript sources run as they are, without a build. Not part of the package.
import { register } from 'tsx/esm/api';

register();
await import('./sqlite-worker.ts');
