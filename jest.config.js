/**
 * Projects, so that each can run by itself: `engine` starts real Pulumi previews, `cluster` real API servers and Kyverno.
 */
const common = {
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  testEnvironment: 'node',
  moduleFileExtensions: ['ts', 'js', 'json'],
  moduleNameMapper: {
    '^nock$': '<rootDir>/test/support/nock.cjs',
    // A dynamic import names the file that it will be.
    '^\\./tufFetcher\\.js$': '<rootDir>/verification/sigstore/tufFetcher.ts',
    '^\\./evidence\\.js$': '<rootDir>/verification/evidence.ts',
  },
};

module.exports = {
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.ts'] },
    { ...common, displayName: 'integration', testMatch: ['<rootDir>/test/integration/**/*.test.ts'] },
    { ...common, displayName: 'attack', testMatch: ['<rootDir>/test/attack/**/*.test.ts'] },
    { ...common, displayName: 'engine', testMatch: ['<rootDir>/test/engine/**/*.test.ts'] },
    { ...common, displayName: 'cluster', testMatch: ['<rootDir>/test/cluster/**/*.test.ts'] },
  ],
};
