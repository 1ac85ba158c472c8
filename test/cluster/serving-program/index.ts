import * as pulumi from '@pulumi/pulumi';
import { ModelServing } from '../../../components';

const config = new pulumi.Config();

new ModelServing('sentiment', {
  namespace: config.require('namespace'),
  image: config.require('image'),
  model: { reference: config.require('model') },
});
