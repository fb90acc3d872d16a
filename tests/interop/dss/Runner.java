import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Validates every *.asice in a folder under the default policy of DSS, offline.
 *
 * The folder holds roots (*.pem, the trust anchors), revocation lists (*.crl) and packages (*.asice). One line for each
 * signature, separated by tabs: file, indication, sub-indication, level, errors.
 */
public final class Runner {
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        CommonTrustedCertificateSource roots = new CommonTrustedCertificateSource();
        for (Path path : list(folder, ".pem")) {
            for (CertificateToken root : DSSUtils.loadCertificateFromP7c(Files.newInputStream(path))) {
                roots.addCertificate(root);
            }
        }
        for (Path path : list(folder, ".asice")) {
            CommonCertificateVerifier verifier = new CommonCertificateVerifier();
            verifier.setTrustedCertSources(roots);
            List<DSSDocument> lists = new ArrayList<>();
            for (Path list : list(folder, ".crl")) {
                lists.add(new FileDocument(list.toFile()));
            }
            verifier.setCrlSource(new ExternalResourcesCRLSource(lists.toArray(new DSSDocument[0])));
            SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(path.toFile()));
            validator.setCertificateVerifier(verifier);
            Reports reports = validator.validateDocument();
            SimpleReport report = reports.getSimpleReport();
            if (arguments.length > 1) {
                Files.writeString(folder.resolve(path.getFileName() + ".detailed.xml"), reports.getXmlDetailedReport());
                Files.writeString(folder.resolve(path.getFileName() + ".diagnostic.xml"), reports.getXmlDiagnosticData());
            }
            for (String id : report.getSignatureIdList()) {
                Indication indication = report.getIndication(id);
                List<String> errors = new ArrayList<>();
                report.getAdESValidationErrors(id).forEach(one -> errors.add(one.getValue()));
                report.getAdESValidationWarnings(id).forEach(one -> errors.add("(" + one.getValue() + ")"));
                System.out.println(String.join("\t", path.getFileName().toString(), indication.toString(),
                    String.valueOf(report.getSubIndication(id)), String.valueOf(report.getSignatureFormat(id)),
                    String.join(" ", errors)));
            }
        }
    }

    private static List<Path> list(Path folder, String ending) throws Exception {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(path -> path.toString().endsWith(ending)).sorted().toList();
        }
    }
}
