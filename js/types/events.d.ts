/** An EventTarget whose events are known by name. */
export interface TypedEventTarget<Details> extends EventTarget {
  addEventListener<Name extends keyof Details & string>(
    type: Name,
    listener: ((event: CustomEvent<Details[Name]>) => void) | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<Name extends keyof Details & string>(
    type: Name,
    listener: ((event: CustomEvent<Details[Name]>) => void) | null,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}
