/**
 * From an edited file to a changed gateway: {@link dev.sluice.reload.ConfigVerticle} watches,
 * {@link dev.sluice.reload.Reloader} validates the whole and swaps it, {@link dev.sluice.reload.ProviderSupervisor}
 * starts and stops provider verticles. Never on a request's path.
 */
package dev.sluice.reload;
