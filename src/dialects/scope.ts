/** Whether what was done about somebody holds in a protocol: kicks and penalties may be for the one they were given in alone. */
export function holdsIn(event: { readonly dialect?: string }, dialect: string): boolean {
  return event.dialect === undefined || event.dialect === dialect;
}
