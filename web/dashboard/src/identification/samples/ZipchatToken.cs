// .NET 6 or newer is all that is needed.
using System;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

public sealed record Customer(long Id, string Email, string? FirstName, string? LastName, string? Plan);

public static class ZipchatToken
{
    // `customer` is who your session says is signed in, never what a request claims.
    public static string Sign(Customer customer)
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header = new { alg = "RS256", typ = "JWT", kid = "YOUR_KEY_ID" };
        var claims = new
        {
            email = customer.Email,
            sub = customer.Id.ToString(), // stays the same when the email changes
            first_name = customer.FirstName,
            last_name = customer.LastName,
            additional_attributes = new { plan = customer.Plan },
            aud = "YOUR_WIDGET_TOKEN",
            iat = now,
            exp = now + 3600,
        };
        string signed = Encoded(JsonSerializer.SerializeToUtf8Bytes(header))
            + "." + Encoded(JsonSerializer.SerializeToUtf8Bytes(claims));
        using var key = RSA.Create();
        // Where the environment keeps a line break as "\n", it is put back.
        key.ImportFromPem(Environment.GetEnvironmentVariable("ZIPCHAT_PRIVATE_KEY")!.Replace("\\n", "\n"));
        byte[] signature = key.SignData(
            Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return signed + "." + Encoded(signature);
    }

    private static string Encoded(byte[] bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
