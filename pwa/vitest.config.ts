// The unit tests of the framework-free core; they run in plain Node with an in-memory IndexedDB.
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['tests/**/*.test.ts'], environment: 'node' } });
