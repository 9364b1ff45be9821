/** Request bodies as bytes: parsing, limits, and the spans that are replaced before they are sent to a provider. */
package dev.sluice.protocol.request;
