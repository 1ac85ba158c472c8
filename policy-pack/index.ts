import { PolicyPack } from '@pulumi/policy';
import { modelSupplyChainPolicies } from './modelSupplyChainPolicies';

// Starts serving at once, so nothing may import this file; people with a pack of their own use modelSupplyChainPolicies().
// Nothing in its import graph may write to stdout: the engine reads the port from the first line.
new PolicyPack('model-supply-chain', { policies: modelSupplyChainPolicies() });
