import { createContext, createElement, useContext } from 'react';
import { hooksOf } from './hooks.js';
import { useFireproof } from './use-fireproof.js';

const Context = createContext(null);

/**
 * Gives the components in it a database: `<FireproofProvider name="todos" options={{ connect }}>`.
 *
 * @param {{ name?: string | object, options?: object, children?: any }} props as the parameters of `useFireproof`
 */
export function FireproofProvider({ name, options, children }) {
  const given = useFireproof(name, options);
  return createElement(Context.Provider, { value: given }, children);
}

/** What `useFireproof` gave the provider. @throws {Error} outside of one */
export function useDatabase() {
  const given = useContext(Context);
  if (!given) throw new Error('there is no <FireproofProvider> around this component');
  return given;
}

const ofProvider =
  (name) =>
  (...parameters) =>
    hooksOf(useDatabase().database)[name](...parameters);

export const useDocument = ofProvider('useDocument');
export const useLiveQuery = ofProvider('useLiveQuery');
export const useSuspenseLiveQuery = ofProvider('useSuspenseLiveQuery');
export const useAllDocs = ofProvider('useAllDocs');
export const useChanges = ofProvider('useChanges');
