export {
  type Data,
  type Fate,
  type FaultyCall,
  FaultyStorage,
  type Plan,
  seededPlan,
} from './faulty-storage.js';
export { ManualClock } from './manual-clock.js';
export { contractTables, type Runner, type StorageUnderTest, storageContract } from './storage.js';
