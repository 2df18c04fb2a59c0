// One form's way to the server: what is wrong is said before anything is sent, a refusal leaves what was typed, and the same form
// sent again after a broken connection is done once.

import type { Message } from '../../lib/api/types';
import { reason } from '../../state/reason.svelte';
import { Sender, type Change } from './ops';

export class Sending {
  /** Somebody has tried to send: from then on the fields say what is wrong with them. */
  tried = $state(false);
  busy = $state(false);
  failure = $state('');
  /** The server refused or was not reached; what was typed can be sent again. */
  refused = $state(false);
  #sender = new Sender();

  /** Notes what is wrong with the form, '' for nothing; true when it can be sent. */
  ready(wrong: string): boolean {
    this.tried = true;
    this.refused = false;
    this.failure = wrong;
    return !wrong;
  }

  /** Sends, and goes on with `then` once all of it stands; what either throws becomes the failure. */
  async send(changes: readonly Change[], then: (warnings: Message[]) => unknown): Promise<void> {
    this.busy = true;
    try {
      await then(await this.#sender.send(changes));
    } catch (error) {
      this.failure = reason(error);
      this.refused = true;
    } finally {
      this.busy = false;
    }
  }
}
