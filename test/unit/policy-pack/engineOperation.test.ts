import { AnalyzerService } from '@pulumi/pulumi/proto/analyzer_grpc_pb';
import { AnalyzerStackConfigureRequest } from '@pulumi/pulumi/proto/analyzer_pb';
import { observeEngine } from '../../../policy-pack/engineOperation';

interface Method {
  requestDeserialize: (bytes: Buffer) => AnalyzerStackConfigureRequest;
}
const service = AnalyzerService as unknown as { configureStack?: Method };
const original = service.configureStack;

afterEach(() => {
  if (original !== undefined) service.configureStack = original;
});
beforeEach(() => {
  if (original !== undefined) service.configureStack = { ...original };
});

const message = (dryRun: boolean) => {
  const request = new AnalyzerStackConfigureRequest();
  request.setDryRun(dryRun);
  request.setStack('dev');
  return Buffer.from(request.serializeBinary());
};

/** What gRPC does with a message that arrives. */
const receive = (bytes: Buffer) => service.configureStack?.requestDeserialize(bytes);

describe('when the engine configures the stack', () => {
  it('is a preview if the engine says so', () => {
    const engine = observeEngine();
    receive(message(true));
    expect(engine.isPreview()).toBe(true);
  });

  it('is none if the engine says that it is an update', () => {
    const engine = observeEngine();
    receive(message(false));
    expect(engine.isPreview()).toBe(false);
  });

  it('goes by the last message', () => {
    const engine = observeEngine();
    receive(message(true));
    receive(message(false));
    expect(engine.isPreview()).toBe(false);
  });

  it('hands the message on unchanged', () => {
    observeEngine();
    expect(receive(message(true))?.getStack()).toBe('dev');
  });

  it('tells everybody who observes', () => {
    const engines = [observeEngine(), observeEngine()];
    receive(message(true));
    expect(engines.map((engine) => engine.isPreview())).toEqual([true, true]);
  });
});

describe('when the engine did not say', () => {
  it('is no preview: verdicts then come before resources', () => {
    expect(observeEngine().isPreview()).toBe(false);
  });

  it('is no preview if the message cannot be read', () => {
    const engine = observeEngine();
    expect(() => receive(Buffer.from([0xff, 0xff]))).toThrow();
    expect(engine.isPreview()).toBe(false);
  });

  it('is no preview with a Pulumi that has no such message', () => {
    delete service.configureStack;
    expect(observeEngine().isPreview()).toBe(false);
  });
});
