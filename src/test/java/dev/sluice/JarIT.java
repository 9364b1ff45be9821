package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The one jar holds what a shaded jar easily loses, and nothing that would keep it from starting. */
final class JarIT {

    private JarFile jar;

    @BeforeEach
    void open() throws IOException {
        jar = new JarFile(System.getProperty("sluice.jar"));
    }

    @AfterEach
    void close() throws IOException {
        jar.close();
    }

    @Test
    void startsByItself() throws IOException {
        Attributes manifest = jar.getManifest().getMainAttributes();

        assertThat(manifest.getValue(Attributes.Name.MAIN_CLASS)).isEqualTo("dev.sluice.cli.Sluice");
        assertThat(jar.getEntry("dev/sluice/cli/Sluice.class")).isNotNull();
        assertThat(manifest.getValue(Attributes.Name.MULTI_RELEASE)).isEqualTo("true");
        assertThat(manifest.getValue("Enable-Native-Access")).isEqualTo("ALL-UNNAMED");
        assertThat(manifest.getValue(Attributes.Name.IMPLEMENTATION_VERSION)).isNotBlank();
    }

    @Test
    void servicesOfAllItsPartsAreMerged() throws IOException {
        String stores = text("META-INF/services/io.vertx.config.spi.ConfigProcessor");

        assertThat(stores).contains("JsonProcessor").contains("YamlProcessor");
    }

    @Test
    void eachPartOfNettyNamesItsVersion() throws IOException {
        String versions = text("META-INF/io.netty.versions.properties");

        assertThat(versions).contains("netty-transport.version").contains("netty-codec-http.version");
    }

    @Test
    void carriesTheNativeTransport() {
        assertThat(jar.getEntry("META-INF/native/libnetty_transport_native_epoll_x86_64.so"))
                .isNotNull();
    }

    @Test
    void carriesItsLicenceAndItsBillOfMaterials() throws IOException {
        assertThat(text("META-INF/LICENSE")).contains("Apache License");
        assertThat(text("META-INF/sbom/sluice.cdx.json"))
                .contains("\"CycloneDX\"")
                .contains("vertx-core");
    }

    @Test
    void hasNoSignatureAndNoModuleOfItsParts() {
        assertThat(jar.stream().map(ZipEntry::getName))
                .noneMatch(name -> name.matches("META-INF/.*\\.(SF|DSA|RSA)"))
                .noneMatch(name -> name.endsWith("module-info.class"));
    }

    @Test
    void hasNoClassTwice() {
        assertThat(jar.stream().map(ZipEntry::getName).filter(name -> name.endsWith(".class")))
                .doesNotHaveDuplicates();
    }

    private String text(String name) throws IOException {
        return new String(jar.getInputStream(jar.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
    }
}
