export { FaultyStorage } from './faulty-storage.js';
export { ManualClock } from './manual-clock.js';
export { contractTables, type Runner, type StorageUnderTest, storageContract } from './storage.js';
