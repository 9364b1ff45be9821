/** Reading request bodies within a size and a deadline: into memory, or into a temporary file for uploads. */
package dev.sluice.http.body;
