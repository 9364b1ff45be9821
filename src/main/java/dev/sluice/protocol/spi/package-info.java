/**
 * What a wire format has to implement. {@code ClientProtocol} is a format that clients speak, {@code ProviderProtocol}
 * one that providers speak, {@code Protocol} one that both do, so that bytes can pass.
 *
 * <p>A new format implements these and is listed in {@code Protocols}.
 */
package dev.sluice.protocol.spi;
