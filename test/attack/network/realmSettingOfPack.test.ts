import { attempt } from '../../support/attack/attempt';
import { configured } from '../../support/engine/configured';

const withRealms = (tokenRealms: object) => configured({ 'require-verified-image': { tokenRealms } });

attempt('has the configuration trust every host of a domain with passwords', {
  attacker: 'changes the configuration of the pack, or waits for a star in it',
  control: () => withRealms({ 'registry.corp': ['auth.corp'] }),
  attack: () => withRealms({ 'registry.corp': ['*.corp'] }),
  expected: { outcome: 'refused', code: 'pack-setting-invalid' },
});

attempt('has one token service trusted by every registry', {
  attacker: 'changes the configuration of the pack, or waits for a star in it',
  control: () => withRealms({ 'registry.corp:5000': ['auth.corp:8443'] }),
  attack: () => withRealms({ '*': ['auth.corp'] }),
  expected: { outcome: 'refused', code: 'pack-setting-invalid' },
});
