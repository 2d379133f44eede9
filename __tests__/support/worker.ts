import { TestEnvironment } from "jest-environment-node";

/** Each file of tests begins with modules of its own; this is what a worker of Jest keeps from one to the next. */
const kept = new Map();

export default class extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    this.global.kept = kept;
    // cdktf, which all files of a worker share (runtime.cjs), adds its matchers to the `expect` of the file that asks.
    const { global } = this;
    Object.defineProperty(globalThis, "expect", { configurable: true, get: () => global.expect });
  }
}
