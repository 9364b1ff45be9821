/**
 * Applies edits of the configuration file to the running gateway: {@link dev.sluice.reload.ConfigVerticle} watches the
 * files, {@link dev.sluice.reload.Reloader} validates the whole configuration and swaps it,
 * {@link dev.sluice.reload.ProviderSupervisor} starts and stops provider verticles. Never on a request's path.
 */
package dev.sluice.reload;
