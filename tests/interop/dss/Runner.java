import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Validates packages under the default policy of DSS, offline, in one JVM.
 *
 * Each argument is a folder with one root (root.pem, the trust anchor), packages (*.asice), and revocation lists (*.crl)
 * for those packages that bring none. One line for each signature, separated by tabs: package, signature, indication,
 * sub-indication, level, what DSS remarked.
 */
public final class Runner {
    public static void main(String[] folders) throws Exception {
        for (String folder : folders) {
            for (Path path : list(Path.of(folder), ".asice")) {
                validate(path);
            }
        }
    }

    private static void validate(Path path) throws Exception {
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(path.toFile()));
        validator.setCertificateVerifier(verifier(path.getParent()));
        SimpleReport report = validator.validateDocument().getSimpleReport();
        List<String> identifiers = report.getSignatureIdList();
        for (int number = 0; number < identifiers.size(); number++) {
            String id = identifiers.get(number);
            List<String> remarks = new ArrayList<>();
            report.getAdESValidationErrors(id).forEach(one -> remarks.add(one.getValue()));
            report.getAdESValidationWarnings(id).forEach(one -> remarks.add(one.getValue()));
            System.out.println(String.join("\t", path.getFileName().toString(), String.valueOf(number),
                String.valueOf(report.getIndication(id)), String.valueOf(report.getSubIndication(id)),
                String.valueOf(report.getSignatureFormat(id)), String.join(" ", remarks)));
        }
    }

    private static CommonCertificateVerifier verifier(Path folder) throws Exception {
        CommonTrustedCertificateSource roots = new CommonTrustedCertificateSource();
        try (InputStream source = Files.newInputStream(folder.resolve("root.pem"))) {
            CertificateToken root = DSSUtils.loadCertificate(source);
            roots.addCertificate(root);
        }
        List<DSSDocument> lists = new ArrayList<>();
        for (Path path : list(folder, ".crl")) {
            lists.add(new FileDocument(path.toFile()));
        }
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(roots);
        verifier.setCrlSource(new ExternalResourcesCRLSource(lists.toArray(new DSSDocument[0])));
        return verifier;
    }

    private static List<Path> list(Path folder, String ending) throws Exception {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(path -> path.toString().endsWith(ending)).sorted().toList();
        }
    }
}
